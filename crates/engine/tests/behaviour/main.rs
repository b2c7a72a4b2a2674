//! The engine without a line: store, crashes, trade items, and the ledger beside a plain model.

mod crash;
mod ledger_model;
mod store;
mod trade_items;
