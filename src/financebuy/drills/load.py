"""The clients of a drill: `python -m financebuy.drills.load`, its plan a line on standard input.

Each client is a thread with its own connection to the API and its own line to the recorder. A
command whose outcome is open is repeated with the same key until it is settled, as a careful
client does. SIGTERM ends the traffic; then every command that was ever answered is sent once more,
and its answer recorded, before the process ends. The end of standard input is the end of the
drill, however it came: the process ends at once.
"""

import os
import random
import signal
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import msgspec

from financebuy.drills.journal import Answered, Command, Failed, Sent, Witness
from financebuy.drills.requests import Answer, Client, NoAnswerError
from financebuy.drills.traffic import Traffic

_PAUSE_AFTER_FAILURE_SECONDS = 0.1
# Now and then a client repeats an old command amid the traffic, kills included.
_REPEAT_CHANCE = 0.05
_THINK_SECONDS = (0.02, 0.12)


class Customer(msgspec.Struct, frozen=True):
    """One client: an API key, the account it trades on, and its socket to the recorder."""

    account_id: str
    key_id: str
    secret: str
    seed: str
    witness: int


class Plan(msgspec.Struct, frozen=True):
    """What the process is to do. After being told to stop it has `settle_seconds` to settle."""

    api_url: str
    customers: list[Customer]
    settle_seconds: float


class Session:
    """One client at work."""

    def __init__(self, plan: Plan, customer: Customer, stop: threading.Event) -> None:
        """Work until `stop`."""
        self._settle_seconds = plan.settle_seconds
        self._client = Client(plan.api_url, customer.key_id, customer.secret)
        self._witness = Witness(socket.socket(fileno=customer.witness))
        self._traffic = Traffic(customer.account_id, customer.seed)
        self._random = random.Random(customer.seed)  # noqa: S311 (a simulation)
        self._stop = stop
        self._answered: list[Command] = []

    def run(self) -> None:
        """Trade until told to stop, then repeat everything once."""
        while not self._stop.is_set():
            if self._answered and self._random.random() < _REPEAT_CHANCE:
                self._settle(self._random.choice(self._answered))
            else:
                command = self._traffic.next()
                answer = self._settle(command)
                if answer is not None:
                    self._answered.append(command)
                    self._traffic.learn(command, answer)
            self._stop.wait(self._random.uniform(*_THINK_SECONDS))
        deadline = time.monotonic() + self._settle_seconds
        for command in self._answered:
            if time.monotonic() > deadline:
                return
            self._settle(command)
        self._client.close()

    def _settle(self, command: Command) -> Answered | None:
        """Send a command until its answer is final; None if it is not in time after the stop."""
        give_up: float | None = None
        while give_up is None or time.monotonic() < give_up:
            answer = self._attempt(command)
            if answer is not None:
                return answer
            if give_up is None and self._stop.is_set():
                give_up = time.monotonic() + self._settle_seconds
            time.sleep(_PAUSE_AFTER_FAILURE_SECONDS)
        return None

    def _attempt(self, command: Command) -> Answered | None:
        self._witness.keep(Sent(time.time(), command))
        try:
            answer = self._client.submit(command)
        except NoAnswerError as error:
            self._witness.keep(Failed(time.time(), command.key, str(error)))
            return None
        if not answer.is_final:
            self._witness.keep(Failed(time.time(), command.key, _reason(answer)))
            return None
        line = Answered(time.time(), command.key, answer.status, answer.replayed, answer.fixed)
        # Only from here on does the answer count.
        self._witness.keep(line)
        return line


def _reason(answer: Answer) -> str:
    return f"{answer.status} {answer.body.get('type', '')}".strip()


def _end_with_the_drill() -> None:
    # Not by sys.stdin: its lock, held by a thread that waits, would upset the interpreter's end.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def main() -> None:
    """Run every client of the plan to its end."""
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    threading.Thread(target=_end_with_the_drill, daemon=True).start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    # A Ctrl-C in the terminal is for the drill, which then ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sessions = [Session(plan, customer, stop) for customer in plan.customers]
    with ThreadPoolExecutor(len(sessions)) as pool:
        # Whatever ends a client early ends this process with its traceback.
        for ended in as_completed([pool.submit(session.run) for session in sessions]):
            if ended.exception() is not None:
                stop.set()
            ended.result()


if __name__ == "__main__":
    main()
