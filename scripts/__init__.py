"""What people and CI run besides the course itself: set-up, tests, lock files."""
