"""What the app listens to, a folder per kind; each module registers its listeners with ``register(app, desk)``."""
