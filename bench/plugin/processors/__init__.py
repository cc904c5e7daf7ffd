"""What turns sentences into vectors."""
