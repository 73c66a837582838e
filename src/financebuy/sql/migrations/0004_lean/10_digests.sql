-- What a client's key is found by: 128 bits of SHA-256 over the actor, a zero byte, which no text can hold, and the key.
-- Keys are random, so that each command meets another page of their index, and the first change of a page after a
-- checkpoint writes the page whole: an index of 24 bytes an entry has a third of the pages of one of both texts.
-- Frozen with this revision: an index stands on it. Its body is bound, so that statements take it in.
-- decode reads `\000` as the zero byte and `\\` as a backslash; convert_to would not be immutable.
create function fb_private.digest(p_owner text, p_name text) returns uuid
language sql immutable parallel safe
return encode(
    substring(
        sha256(decode(replace(p_owner, '\', '\\') || '\000' || replace(p_name, '\', '\\'), 'escape')) from 1 for 16
    ), 'hex'
)::uuid;
comment on function fb_private.digest(text, text) is
'128 bits of SHA-256 over a name within what it belongs to: what unique indexes of names that clients choose hold.';
