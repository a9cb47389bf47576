"""What memories rest on outside of the store: files of the project, and the git repository they are in."""
