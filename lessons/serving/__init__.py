"""What stands around the app where others reach it: its start and end, whom it answers, and what its operator sees."""
