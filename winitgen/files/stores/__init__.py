"""Object stores and web servers: what each can do, through fsspec, which is imported only for a URL."""
