"""The whole product on a laptop: local engine, traffic, stream consumer and scheduler."""
