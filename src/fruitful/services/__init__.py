"""One use case a file. A service owns its transaction and commits before anybody is answered."""
