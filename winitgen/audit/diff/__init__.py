"""What differs between two weight files, tensor by tensor."""
