"""Training, metrics and seeding of Keras networks, shared by the studies."""
