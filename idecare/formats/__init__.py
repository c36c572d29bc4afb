"""File formats: text in, values or edits out; nothing here touches a file."""
