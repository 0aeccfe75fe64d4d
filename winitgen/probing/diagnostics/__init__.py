"""What people look at who debug the initialization of a deep network: streams, attention, rank, the first step."""
