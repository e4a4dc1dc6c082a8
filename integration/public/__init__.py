"""What the doors have in common that shoppers' browsers come to."""
