"""What makes each check of the cache and of the platform's processes fail."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from financebuy.doctor.subject import Subject
from tests.doctor.installation import Fixture, Installation, statement
from tests.doctor.spoiling import configured, text

NOBODYS_PID = 4_000_000
STATE = "platform.json"
ACL = "valkey/users.acl"
CONFIGURATION = "valkey/valkey.conf"


def _state(change: Callable[[dict[str, Any]], object]) -> Fixture:
    def rewrite(before: str) -> str:
        state = json.loads(before)
        change(state)
        return json.dumps(state)

    return text(STATE, rewrite)


def _replaced(path: str, old: str, new: str) -> Fixture:
    return text(path, lambda before: before.replace(old, new))


def _process(**changed: object) -> Fixture:
    return _state(lambda state: state["services"][1].update(changed))


def _public(*, tls: bool, paper: bool) -> Fixture:
    return _state(
        lambda state: (state["api"].update(host="192.0.2.1", tls=tls), state.update(paper=paper))
    )


COPIED = """
insert into public.audit_epochs
select
    1, gen_random_uuid(), 'log', c.system_identifier::text, 0, now(), 'role:fb_sealer', 'first',
    'key', 'record'
from pg_control_system() as c;
insert into public.seals (
    epoch, seal_seq, kind, first_xid, end_xid, row_count, layout, merkle_root, record, frontier,
    head, salt, row_keys, leaves, sealed_at
)
select
    1, 1, 'rows', 0, pg_current_xact_id()::text::bigint + 1, 1, 1, sha256('a'), 'a', '', 'a',
    sha256('a'), repeat('a', 25)::bytea, sha256('a'), now();
insert into public.seal_copies values ('file:{audit}', 1, 1, now())"""


@contextmanager
def _heads_taken_away(installation: Installation) -> Iterator[Subject]:
    copied = COPIED.replace("{audit}", str(installation.root / "audit"))
    with statement(copied)(installation) as subject:
        yield subject


FIXTURES: dict[str, Fixture] = {
    "service.cache_listens_on_its_socket": _replaced(CONFIGURATION, "port 0", "port 6379"),
    "service.cache_knows_who_asks": _replaced(
        ACL, "user default off", "user default on nopass ~* +@read"
    ),
    "service.cache_is_not_administered": _replaced(ACL, " -@dangerous", ""),
    "service.cache_remembers": _replaced(CONFIGURATION, "appendonly yes", "appendonly no"),
    "service.cache_is_bounded": _replaced(CONFIGURATION, "volatile-lru", "allkeys-lru"),
    "service.cache_answers": text("secrets/valkey", lambda before: before.strip()[::-1]),
    "service.somebody_watches": _state(
        lambda state: state["supervisor"].update(pid=NOBODYS_PID, started=1.0)
    ),
    "service.every_process_runs": _process(process=None, state="waiting", last_exit=-9),
    "service.processes_stay_up": _process(restarts=9, since=time.time()),
    "service.other_machines_speak_tls": _public(tls=False, paper=False),
    "service.play_money_is_not_public": _public(tls=True, paper=True),
    "service.proxies_are_named": configured(trusted_proxies="10.0.0.7, 0.0.0.0/0"),
    "service.browsers_come_by_https": configured(public_url="http://invest.example.com"),
    "service.heads_cannot_be_deleted": configured(
        audit_heads="s3://heads/production, /nowhere/heads", audit_lock_days=30
    ),
    "service.heads_are_where_they_were_put": _heads_taken_away,
}
