"""SmolLM2 as files of every type that llama.cpp quantizes to, from 8 bits a weight down, and what each costs."""
