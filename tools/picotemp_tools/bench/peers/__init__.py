"""In: nothing. Out: programs that others would write, to be measured beside ours."""
