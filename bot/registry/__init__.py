"""What is done for people who come by themselves, by a page or by mail: subscribing, moving, being suspended."""
