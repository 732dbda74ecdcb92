"""The pages of the app. With `app.py` the only code that imports Streamlit."""
