-- A merge reads all its parts at once, one buffer a column: small blocks and small compressed blocks keep it from
-- needing more memory than everything else in the process together.
ALTER TABLE events
    MODIFY SETTING
        merge_max_block_size = 1024,
        max_parts_to_merge_at_once = 16,
        max_compress_block_size = 131072,
        min_compress_block_size = 65536
