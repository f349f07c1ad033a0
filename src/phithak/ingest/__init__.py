"""Ingest: takes batches of events, makes them durable, answers 200 only then. No Django.

Endpoints: ``/v1/batch`` (our sensor), ``/v1/logs`` (lines or JSON), ``/es/_bulk`` with what Beats ask around it
(answered as Elasticsearch 8), ``/v1/heartbeat``, ``/v1/settings``, ``/v1/health``. Who sends is told by the token
alone; what is taken out before anything is durable, by the source's privacy profile.
"""
