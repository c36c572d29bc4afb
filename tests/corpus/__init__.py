"""How much of the field `idecare explain` knows, measured on texts that nobody here wrote: see __main__.py."""
