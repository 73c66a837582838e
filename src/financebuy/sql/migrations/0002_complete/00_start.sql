-- Each part of the core adds a file of its own beside this one.
comment on schema fb is 'What a login may call.';
