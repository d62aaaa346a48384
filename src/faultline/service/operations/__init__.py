"""Operations: dead letters, the result cache, and chores that are no noun's own."""
