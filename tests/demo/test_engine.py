from tests.engine import TestTable


def test_a_test_has_a_table_of_its_own(table: TestTable) -> None:
    assert table.client.list_tables()["TableNames"] == [table.name]
    assert table.streams_client.list_streams()["Streams"][0]["TableName"] == table.name
