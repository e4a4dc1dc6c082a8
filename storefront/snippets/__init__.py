"""What a shop puts on its pages, ready to be copied. Plain Python; pages escape it when shown."""
