"""What Tab offers in `%%imagine` cells and on `%imagine` lines; nothing here knows IPython's completer."""
