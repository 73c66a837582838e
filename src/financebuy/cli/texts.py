"""What more than one command says."""

REPLAY_FINISHED = """\
The replay has reached its last bar, and the market stands still. To go on, import
newer daily bars, or start a new replay: financebuy up --fresh"""

NOT_RECORDED = "the database cannot be reached: this does not stand in the audit log"
