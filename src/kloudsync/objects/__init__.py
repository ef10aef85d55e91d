"""What a program holds: engines, copies, mirrors, watchers and intakes, in both colours."""
