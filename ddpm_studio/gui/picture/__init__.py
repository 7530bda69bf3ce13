"""The picture panel: a picture noised at t under every visible schedule."""
