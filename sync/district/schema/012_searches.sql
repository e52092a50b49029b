-- For what people at the console look for, and what they look at again and again: none of it reads a
-- whole table.
CREATE INDEX sale_by_diner ON sale (diner, at_ms);
CREATE INDEX sale_payment_by_attempt ON sale_payment (attempt);
CREATE INDEX statement_row_by_number ON statement_row (out_no);
CREATE INDEX judgement_differing ON judgement (at_ms, expected) WHERE deviations <> '';
CREATE INDEX claim_part_waiting ON claim_part (till, epoch, seq, hash) WHERE suspense_fen > 0;
