"""How one request is answered: by the core, or by moto with what moto drops kept."""
