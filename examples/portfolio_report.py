"""What the demo investor owns, read with SQLAlchemy from the local platform's database."""

import os

from sqlalchemy import select
from sqlalchemy.orm import Session

from financebuy.bootstrap import local_connections
from financebuy.cluster.demo import read_demo
from financebuy.cluster.endpoints import Endpoints
from financebuy.database.identity import Identity
from financebuy.settings import Settings
from financebuy.sqlalchemy import Account, Holding, SecurityPrice, acting_as, create_engine

settings = Settings.read(os.environ)
connections = local_connections(settings, ["app_user"])
engine = create_engine(connections.urls["app_user"])

demo = read_demo(Endpoints.read(settings.data_dir).secrets)
if demo is None:
    raise SystemExit("this platform has no demo investor")
token = connections.signer().sign(Identity(demo.investor.user_id, scopes=["read"]))

with acting_as(token), Session(engine) as session:
    for account in session.scalars(select(Account)):
        print(f"cash {account.balance:,.2f} {account.currency}")
    query = select(Holding, SecurityPrice).join(
        SecurityPrice, SecurityPrice.security_id == Holding.security_id
    )
    for holding, price in session.execute(query):
        print(f"{holding.quantity:g} {holding.security.symbol} at {price.last:,.2f}")
