"""One module a product family."""
