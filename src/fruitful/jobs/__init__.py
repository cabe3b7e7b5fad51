"""Work that is done after the answer, queued with the write that it belongs to."""
