"""What wraps every request. Pure ASGI: nothing here buffers a body or a stream."""
