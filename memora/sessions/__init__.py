"""What the event of a session may say, and the object that a session becomes when it ends. Pure."""
