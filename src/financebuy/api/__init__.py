"""REST: Alpaca's trading (`/v2`) and broker (`/v1`) surfaces, and the native one (`/fb/v1`).

Each feature is a file with a router, named as the service that it calls. `app` joins them.
"""
