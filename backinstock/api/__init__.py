"""What browsers and apps ask in JSON."""
