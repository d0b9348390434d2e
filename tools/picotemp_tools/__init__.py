"""In: a checkout or an installed wheel. Out: boards emulated, flashed and measured."""
