"""The only room that imports moto and knows how it is built."""
