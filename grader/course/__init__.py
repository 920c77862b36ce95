"""The course's own linter: exercises held against their answers, and against mutants of their solutions."""
