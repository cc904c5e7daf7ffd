package client

// SetPage makes lists ask for so many items at once.
func (c *Client) SetPage(n int) { c.page = n }
