-- Personal data: keys, bank accounts, documents.
comment on table public.personal_data_keys is
'One user''s data key, wrapped by the key-encryption key of its epoch. Its destruction erases the user.';
