"""Values to text or JSON; printing itself is the command line's."""
