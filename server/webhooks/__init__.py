"""What happens here, told to addresses that the operator named."""
