-- squawk-ignore-file ban-drop-function
-- It takes the references too now.
drop function if exists fb_private.refuse_alone(text[], text[], text[], text[], numeric[]);
