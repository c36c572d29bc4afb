"""Commands for the project itself: manual pages and pictures made from idecare. Not part of what is installed."""
