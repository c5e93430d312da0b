"""Many runs: sampling designs, plans, execution and the store."""
