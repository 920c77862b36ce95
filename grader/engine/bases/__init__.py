"""The base images of the course: pulled where a registry answers, built from Debian packages where none does."""
