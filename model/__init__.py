"""Model: states that hedge between poles, on the networks they share. Arrays in, arrays out."""
