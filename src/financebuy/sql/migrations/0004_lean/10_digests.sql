-- Names that others choose are random, so that each command meets another page of their index, and the first change of
-- a page after a checkpoint writes the page whole. By 128 bits of SHA-256 an index has 24 bytes an entry and a third of
-- the pages that texts have. Hashed are what the name belongs to, a zero byte, which no text can hold, and the name.
-- Frozen with this revision: indexes hold what it gives. They are spelled without it, as statements that take its body
-- in are: who may read a table and may not call it would otherwise, having planned first, keep such a statement of the
-- same session from the index.
-- decode reads `\000` as the zero byte and `\\` as a backslash; convert_to would not be immutable.
create function fb_private.digest(p_owner text, p_name text) returns uuid
language sql immutable parallel safe
return encode(
    substring(
        sha256(decode(replace(p_owner, '\', '\\') || '\000' || replace(p_name, '\', '\\'), 'escape')) from 1 for 16
    ), 'hex'
)::uuid;
comment on function fb_private.digest(text, text) is
'128 bits of SHA-256 over a name within what it belongs to: what unique indexes of names that others choose hold.';
